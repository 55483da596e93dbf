"""A slow link, made of a network device whose other end is this program.

A packet that the machine sends to `PEER` comes out of the device. It is kept for half a round trip, its two addresses are
swapped, and it goes back in: for the machine it then comes from `PEER` and is meant for 127.0.0.1. So whoever connects to
`PEER` talks to the servers of this machine, and every packet, in both directions and from TCP's first on, takes its time.
Swapping leaves the checksums right. (`tc … netem` would do as well, but not every kernel has it.)

To be run in a network namespace of its own, since it takes most of 127.0.0.0/8 off the loopback device.
"""

import collections
import contextlib
import fcntl
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time

PEER = "127.9.0.2"
DEVICE = "slow0"

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
LONGEST = 65536


class SlowLink:
    """From `with` to its end."""

    def __init__(self, round_trip):
        self.round_trip = round_trip
        self.delay = round_trip / 2

    def __enter__(self):
        self.device = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.device, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
        for command in (
                "link set lo up", f"link set {DEVICE} up",
                # 127.0.0.1 stays on the loopback device; the rest of 127.0.0.0/8 can be elsewhere.
                "addr del 127.0.0.1/8 dev lo", "addr add 127.0.0.1/32 dev lo",
                f"route add {PEER}/32 dev {DEVICE} src 127.0.0.1"):
            if command.startswith("route"):
                # Without this the kernel drops such addresses on anything but the loopback device.
                with open(f"/proc/sys/net/ipv4/conf/{DEVICE}/route_localnet", "w") as file:
                    file.write("1")
            subprocess.run(["ip", *command.split()], check=True)
        self.end_reader, self.end_writer = os.pipe()
        self.thread = threading.Thread(target=self.carry)
        self.thread.start()
        # What this program itself takes is not to make the link slower than it is said to be.
        excess = min(refusal_time() for _ in range(15)) - self.round_trip
        self.delay -= max(excess, 0) / 2
        return self

    def __exit__(self, *_):
        os.close(self.end_writer)
        self.thread.join()
        os.close(self.end_reader)
        os.close(self.device)

    def carry(self):
        # A packet that is late because somebody else had the processor would be taken for a slow driver.
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        waiting = collections.deque()  # (when to deliver, packet), which is also the order of arrival
        while True:
            patience = max(0, waiting[0][0] - time.monotonic()) if waiting else None
            readable, _, _ = select.select([self.device, self.end_reader], [], [], patience)
            if self.end_reader in readable:
                return
            if self.device in readable:
                packet = os.read(self.device, LONGEST)
                if packet[0] >> 4 == 4:
                    waiting.append((time.monotonic() + self.delay, swapped(packet)))
            while waiting and waiting[0][0] <= time.monotonic():
                os.write(self.device, waiting.popleft()[1])


def swapped(packet):
    """The IPv4 packet from its receiver to its sender."""
    return packet[:12] + packet[16:20] + packet[12:16] + packet[20:]


def refusal_time():
    """One round trip: seconds until a port where nobody listens refuses a connection."""
    with socket.socket() as client:
        started = time.monotonic()
        client.connect_ex((PEER, 1))
        return time.monotonic() - started


if __name__ == "__main__":
    with SlowLink(float(sys.argv[1]) / 1000):
        sys.exit(subprocess.run(sys.argv[2:]).returncode)
