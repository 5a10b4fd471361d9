/* An ssh for tests: writes what it was given into the file named by FAKE_SSH_LOG, one item after
   the other, each ended by a NUL: its pid, the number of arguments, the arguments (the name it was
   started by first), the directory, the open descriptors, the environment. Then it copies standard
   input to standard output, says FAKE_SSH_SAYS on standard error and ends with FAKE_SSH_STATUS, or
   by the signal FAKE_SSH_SIGNAL. */

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

static void record(FILE *log, int argc, char **argv)
{
    char directory[PATH_MAX] = "";
    fprintf(log, "%ld%c%d%c", (long)getpid(), 0, argc, 0);
    for (int i = 0; i < argc; i++)
        fprintf(log, "%s%c", argv[i], 0);
    fprintf(log, "%s%c", getcwd(directory, sizeof directory) ? directory : "", 0);
    for (int fd = 0; fd < 64; fd++)
        if (fd != fileno(log) && fcntl(fd, F_GETFD) != -1)
            fprintf(log, "%d ", fd);
    fputc(0, log);
    for (char **entry = environ; *entry; entry++)
        fprintf(log, "%s%c", *entry, 0);
}

int main(int argc, char **argv)
{
    const char *name = getenv("FAKE_SSH_LOG"), *says = getenv("FAKE_SSH_SAYS");
    const char *status = getenv("FAKE_SSH_STATUS"), *number = getenv("FAKE_SSH_SIGNAL");
    char buffer[65536];
    ssize_t length;
    FILE *log = fopen(name ? name : "/dev/null", "w");
    if (!log)
        return 99;
    record(log, argc, argv);
    fclose(log);
    while ((length = read(0, buffer, sizeof buffer)) > 0)
        if (write(1, buffer, (size_t)length) != length)
            return 98;
    if (says)
        fputs(says, stderr);
    if (number)
        raise(atoi(number));
    return status ? atoi(status) : 0;
}
