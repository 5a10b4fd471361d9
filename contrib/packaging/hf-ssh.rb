class HfSsh < Formula
  desc "SSH for git on Hugging Face, with checked host keys and the right key"
  homepage "https://huggingface.co/docs/hub/security-git-ssh"
  url "https://hf-ssh.invalid/hf-ssh-0.1.0.tar.xz" # of `meson dist`: release.sh sets both
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"

  depends_on "meson" => :build
  depends_on "ninja" => :build
  depends_on "nlohmann-json" => :build
  depends_on "pkgconf" => :build
  depends_on "libgit2"
  depends_on "libssh2"
  depends_on "nettle"

  on_linux do
    depends_on "libbsd"
  end

  def install
    system "meson", "setup", "build", "-Dnative=enabled", "-Dmanager=enabled", "-Dtests=disabled",
           "-Dsysconfdir=#{etc}", *std_meson_args
    system "meson", "compile", "-C", "build"
    system "meson", "install", "-C", "build"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/hf-ssh --version")
    system "git", "hf-ssh", "host-keys", "list"
  end
end
