# nix-build -E 'with import <nixpkgs> {}; callPackage ./contrib/packaging/package.nix {}'
{ lib, stdenv, meson, ninja, pkg-config, doctest, nlohmann_json, nettle, libssh2, libbsd, libgit2, python3 }:

stdenv.mkDerivation {
  pname = "hf-ssh";
  version = "0.1.0";
  src = lib.cleanSource ../..;

  nativeBuildInputs = [ meson ninja pkg-config python3 ];
  buildInputs = [ doctest nlohmann_json nettle libssh2 libgit2 ] ++ lib.optionals stdenv.hostPlatform.isLinux [ libbsd ];

  # Nettle is shared here. Settings of the whole system are in /etc, not in the store.
  mesonFlags = [
    "-Dstatic_runtime=false"
    "-Dnative=enabled"
    "-Dmanager=enabled"
    "-Dtests=enabled"
    "-Dsysconfdir=/etc"
  ];
  doCheck = true;
  checkPhase = "meson test --suite unit --print-errorlogs";

  meta = {
    description = "SSH for git on Hugging Face, with checked host keys and the right key";
    homepage = "https://huggingface.co/docs/hub/security-git-ssh";
    license = lib.licenses.asl20;
    mainProgram = "hf-ssh";
    platforms = lib.platforms.unix;
  };
}
