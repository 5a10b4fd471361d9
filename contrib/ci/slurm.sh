#!/bin/sh
#SBATCH --job-name=fetch-model
#SBATCH --time=01:00:00
# On a node without an agent, hf-ssh takes the key of a file. `sh install.sh ~/.local` on the login
# node has installed hf-ssh; compute nodes see the same home.
set -eu
export PATH="$HOME/.local/bin:$PATH"
export GIT_SSH_COMMAND=hf-ssh
export HF_SSH_IDENTITY="${HF_SSH_IDENTITY:-$HOME/.ssh/id_ed25519}"
export GIT_TERMINAL_PROMPT=0 # nobody is there to answer
cd "${SLURM_SUBMIT_DIR:-.}"
if [ -d model ]; then git -C model pull --ff-only; else git clone git@hf.co:acme/model model; fi
