"""Namespaces and TUN devices by system call, since Python 3.11 has no words for them (Linux only)."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path
from typing import Final

NEW_USER: Final = 0x1000_0000
NEW_NET: Final = 0x4000_0000
TUN_SET: Final = 0x4004_54CA
TUN_PLAIN: Final = 0x1001  # IFF_TUN | IFF_NO_PI
SET_ADDRESS, SET_MASK, SET_MTU, GET_FLAGS, SET_FLAGS = 0x8916, 0x891C, 0x8922, 0x8913, 0x8914
UP_RUNNING: Final = 0x41
TUN: Final = Path("/dev/net/tun")


class NoNamespaces(Exception):
    """This machine does not let us make namespaces or TUN devices; the text says what it refused."""


def unshare(flags: int) -> None:
    """Leave namespaces for new ones. Raises NoNamespaces."""
    _call("unshare", flags)


def enter(fd: int, kind: int) -> None:
    """Go into a namespace that is open as a file. Raises NoNamespaces."""
    _call("setns", fd, kind)


def become_root_of_own() -> None:
    """A user namespace in which we are root, for those who are not. Raises NoNamespaces."""
    user, group = os.geteuid(), os.getegid()
    unshare(NEW_USER)
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    except OSError as refused:
        raise NoNamespaces(f"mapping users: {refused.strerror}") from refused


def make_net(address: str, mtu: int) -> tuple[int, int]:
    """Go into a new network with a TUN device of that address (/24); (the namespace, the device) as open files."""
    unshare(NEW_NET)
    try:
        device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, TUN_SET, struct.pack("16sH22x", b"link", TUN_PLAIN))
    except OSError as refused:
        raise NoNamespaces(f"{TUN}: {refused.strerror}") from refused
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        _set_address(control, SET_ADDRESS, address)
        _set_address(control, SET_MASK, "255.255.255.0")
        fcntl.ioctl(control, SET_MTU, struct.pack("16si12x", b"link", mtu))
        for name in (b"lo", b"link"):
            flags = struct.unpack("16sh14x", fcntl.ioctl(control, GET_FLAGS, struct.pack("16s16x", name)))[1]
            fcntl.ioctl(control, SET_FLAGS, struct.pack("16sh14x", name, flags | UP_RUNNING))
    return os.open("/proc/self/ns/net", os.O_RDONLY), device


def _set_address(control: socket.socket, what: int, address: str) -> None:
    packed = struct.pack("16sH2x4s8x", b"link", socket.AF_INET, socket.inet_aton(address))
    fcntl.ioctl(control, what, packed)


def _call(name: str, *values: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name, None) is None:
        raise NoNamespaces(f"no {name} on this system")
    if getattr(libc, name)(*values):
        raise NoNamespaces(f"{name}: {os.strerror(ctypes.get_errno())}")
