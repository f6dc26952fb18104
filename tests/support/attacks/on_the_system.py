"""Attacks that send something out, start or disturb programs, or take what is not theirs."""

# ruff: noqa: E501 - hostile code reads best on its own line

from tests.support.attacks.attack import Attack, attacks

NETWORK = attacks(
    "network",
    "reached the listener",
    {
        "tcp": "import socket\ns = socket.create_connection(('127.0.0.1', TCP), 1); s.sendall(WORD)",
        "udp": "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(WORD, ('127.0.0.1', UDP))",
        "udp, connected": (
            "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', UDP)); s.send(WORD)"
        ),
        "http": (
            "import urllib.request\n"
            "try: urllib.request.urlopen(f'http://127.0.0.1:{TCP}/{WORD.decode()}', timeout=0.2).read()\n"
            "except OSError: pass"
        ),
        "asyncio": (
            "import asyncio\n_, w = await asyncio.open_connection('127.0.0.1', TCP)\nw.write(WORD); await w.drain(); w.close()"
        ),
        "a unix socket": "import socket\ns = socket.socket(socket.AF_UNIX); s.connect(STREAM); s.send(WORD)",
        "unix datagrams": (
            "import socket\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(WORD, DATAGRAMS)"
        ),
        "an abstract socket": "import socket\ns = socket.socket(socket.AF_UNIX); s.connect(ABSTRACT); s.send(WORD)",
        "a pair of datagram sockets, redirected": (
            "import socket\na, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\na.sendmsg([WORD], [], 0, DATAGRAMS)"
        ),
        "a pair of datagram sockets, sent elsewhere": (
            "import socket\na, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\na.sendto(WORD, DATAGRAMS)"
        ),
        "a pair of datagram sockets, connected again": (
            "import socket\na, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\na.connect(DATAGRAMS); a.send(WORD)"
        ),
        "tcp fast open": (
            "import socket\ns = socket.socket(); s.sendto(WORD, socket.MSG_FASTOPEN, ('127.0.0.1', TCP))"
        ),
        "multipath tcp": (
            "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)\n"
            "s.connect(('127.0.0.1', TCP)); s.sendall(WORD)"
        ),
        "the C library": (
            "import ctypes, struct\nc = ctypes.CDLL(None); fd = c.socket(2, 1, 0)\n"
            "c.connect(fd, struct.pack('=HHI8x', 2, int.from_bytes(TCP.to_bytes(2, 'big'), 'little'), 0x0100007f), 16)\n"
            "os.write(fd, WORD)"
        ),
    },
) + attacks(
    "network",
    "says so",
    {
        "listening": "import socket\ns = socket.create_server(('127.0.0.1', 0)); print(GOT)",
        "netlink": "import socket\ns = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); s.bind((0, 0)); print(GOT)",
        "raw packets": "import socket\nsocket.socket(socket.AF_PACKET, socket.SOCK_RAW); print(GOT)",
        "raw icmp": "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_RAW, 1); print(GOT)",
        "the host of the virtual machine": "import socket\nsocket.socket(socket.AF_VSOCK, socket.SOCK_STREAM); print(GOT)",
        "the kernel's ciphers": "import socket\nsocket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET); print(GOT)",
        "sctp": "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_SEQPACKET, 132); print(GOT)",
        "ipv6": "import socket\nsocket.socket(socket.AF_INET6, socket.SOCK_DGRAM); print(GOT)",
    },
)

EXEC = attacks(
    "exec",
    "says so",
    {
        "subprocess": "import subprocess\nprint(subprocess.run(['echo', GOT], capture_output=True, text=True).stdout)",
        "a shell": "import subprocess\nprint(subprocess.getoutput(f'echo {GOT}'))",
        "os.system": "if os.system('true') == 0: print(GOT)",
        "popen": "print(os.popen(f'echo {GOT}').read())",
        "posix_spawn": "p = os.posix_spawn('/bin/sh', ['sh', '-c', 'exit 7'], {})\nif os.waitpid(p, 0)[1] >> 8 == 7: print(GOT)",
        "the C library": "import ctypes\nif ctypes.CDLL(None).system(b'exit 7') >> 8 == 7: print(GOT)",
        "our own Python": (
            "import subprocess\nprint(subprocess.run([sys.executable, '-c', f'print({GOT!r})'], capture_output=True, text=True).stdout)"
        ),
        "a script in the scratch folder": (
            "import subprocess\nos.close(os.open('s.sh', os.O_CREAT | os.O_WRONLY, 0o755))\n"
            "open('s.sh', 'w').write(f'#!/bin/sh\\necho {GOT}')\n"
            "print(subprocess.run(['./s.sh'], capture_output=True, text=True).stdout)"
        ),
        "a program in memory": (
            "fd = os.memfd_create('x'); os.write(fd, open('/bin/true', 'rb').read())\n"
            "p = os.posix_spawn(f'/proc/self/fd/{fd}', ['x'], {})\nif os.waitpid(p, 0)[1] == 0: print(GOT)"
        ),
        "multiprocessing": (
            "import multiprocessing as m\np = m.get_context('fork').Process(target=print); p.start(); p.join(); print(GOT)"
        ),
        "becoming another program": "os.execv('/bin/sh', ['sh', '-c', f'echo {GOT} >&2; sleep 0.05'])",
    },
)

_ASK = "from rlm_desktop.confinement.kernel import ask\n"

PROCESS = attacks(
    "process",
    "says so",
    {
        "fork": "p = os.fork()\nif p == 0: os._exit(0)\nos.waitpid(p, 0); print(GOT)",
        "forkpty": "p, fd = os.forkpty()\nif p == 0: os._exit(0)\nos.waitpid(p, 0); print(GOT)",
        "clone": (
            "import ctypes, platform\nn = {'x86_64': 56, 'aarch64': 220}[platform.machine()]\n"
            "p = ctypes.CDLL(None).syscall(n, 17, 0, 0, 0, 0)\n"
            "if p == 0: os._exit(0)\nif p > 0: os.waitpid(p, 0); print(GOT)"
        ),
        "clone3": (
            "import ctypes, struct\na = ctypes.create_string_buffer(struct.pack('8Q', 0, 0, 0, 0, 17, 0, 0, 0))\n"
            "p = ctypes.CDLL(None).syscall(435, a, 64)\nif p == 0: os._exit(0)\nif p > 0: os.waitpid(p, 0); print(GOT)"
        ),
        "outliving the run": "p = os.fork()\nif p == 0:\n    os.setsid(); time.sleep(1); os._exit(0)\nos.kill(p, 0); print(GOT)",
        "leaving the app's group": "p = os.fork()\nif p == 0: os.setsid(); os._exit(7)\nif os.waitpid(p, 0)[1] >> 8 == 7: print(GOT)",
        "signalling a program": "os.kill(VICTIM, signal.SIGCONT); print(GOT)",
        "signalling the app": "os.kill(HOST, 0); print(GOT)",
        "signalling the parent": "os.kill(os.getppid() or HOST, 0); print(GOT)",
        "signalling everybody": "os.kill(0, 0); print(GOT)",
        "signalling a thread of a program": (
            "import ctypes, platform\nn = {'x86_64': 234, 'aarch64': 131}[platform.machine()]\n"
            "if ctypes.CDLL(None).syscall(n, VICTIM, VICTIM, 0) == 0: print(GOT)"
        ),
        "queueing a signal": (
            "import ctypes, platform, struct\nn = {'x86_64': 129, 'aarch64': 138}[platform.machine()]\n"
            "info = ctypes.create_string_buffer(struct.pack('iii', 18, 0, -1), 128)\n"
            "if ctypes.CDLL(None).syscall(n, VICTIM, 18, info) == 0: print(GOT)"
        ),
        "a descriptor of a program": "os.pidfd_open(VICTIM); print(GOT)",
        "signalling through a descriptor": "signal.pidfd_send_signal(os.pidfd_open(VICTIM), 0); print(GOT)",
        "stealing a descriptor": _ASK + "ask('pidfd_getfd', os.pidfd_open(VICTIM), 0, 0); print(GOT)",
        "a pipe that signals a program": (
            "import fcntl\na, b = os.pipe(); fcntl.fcntl(a, fcntl.F_SETOWN, VICTIM); print(GOT)"
        ),
        "another signal of a pipe": "import fcntl\na, b = os.pipe(); fcntl.fcntl(a, 10, signal.SIGKILL); print(GOT)",
        "tracing a program": _ASK + "ask('ptrace', 0x4206, VICTIM, 0, 0); print(GOT)",
        "reading a program's memory": (
            _ASK + "try: ask('process_vm_readv', VICTIM, 0, 0, 0, 0, 0); print(GOT)\nexcept OSError as e: print(e)"
        ),
        "a program's limits": "import resource\nresource.prlimit(VICTIM, resource.RLIMIT_CORE, (0, 0)); print(GOT)",
        "the app's limits": "import resource\nresource.prlimit(HOST, resource.RLIMIT_NOFILE); print(GOT)",
        "a program's priority": "os.setpriority(os.PRIO_PROCESS, VICTIM, 5); print(GOT)",
        "a program's processors": "os.sched_setaffinity(VICTIM, os.sched_getaffinity(VICTIM)); print(GOT)",
        "a program's scheduling": "os.sched_setscheduler(VICTIM, os.SCHED_BATCH, os.sched_param(0)); print(GOT)",
        "a session's number": "if os.getsid(VICTIM): print(GOT)",
        "surviving the app": "import ctypes\nif ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0: print(GOT)",
        "becoming traceable": "import ctypes\nif ctypes.CDLL(None).prctl(4, 1, 0, 0, 0) == 0: print(GOT)",
        "new namespaces": "import ctypes\nif ctypes.CDLL(None).unshare(0x04000000) == 0: print(GOT)",
        "another personality": "import ctypes\nif ctypes.CDLL(None).personality(0x0040000) >= 0: print(GOT)",
        "mounting": (
            "import ctypes\nc = ctypes.CDLL(None)\n"
            "if c.unshare(0x20000) == 0 and c.mount(None, b'/', None, 0x44000, None) == 0: print(GOT)"
        ),
        "changing the root": "os.chroot('.'); print(GOT)",
        "the machine's name": "import socket\nsocket.sethostname(socket.gethostname()); print(GOT)",
        "being another user": "os.setgroups(os.getgroups()); print(GOT)",
        "leaving the scheduler's order": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)); print(GOT)",
    },
)

IPC = attacks(
    "ipc",
    "says so",
    {
        "shared memory": _ASK + "ask('shmget', 0, 4096, 0o600 | 0o1000); print(GOT)",
        "semaphores": _ASK + "ask('semget', 0, 1, 0o600 | 0o1000); print(GOT)",
        "message queues": _ASK + "ask('msgget', 0, 0o600 | 0o1000); print(GOT)",
        "named shared memory": (
            "from multiprocessing.shared_memory import SharedMemory\ns = SharedMemory(create=True, size=64); s.unlink(); print(GOT)"
        ),
        "memory with a descriptor": "os.memfd_create('x'); print(GOT)",
        "passing descriptors": (
            "import socket\na, b = socket.socketpair(); socket.send_fds(a, [b'x'], [0]); print(GOT)"
        ),
        "a ring of requests": (
            "import ctypes\np = ctypes.create_string_buffer(120)\nif ctypes.CDLL(None).syscall(425, 4, p) > 0: print(GOT)"
        ),
        "the kernel's keys": (
            "import ctypes\nn = {'x86_64': 248, 'aarch64': 217}[os.uname().machine]\n"
            "if ctypes.CDLL(None).syscall(n, b'user', b'rlm', b'x', 1, -2) > 0: print(GOT)"
        ),
        "page faults in user space": _ASK + "ask('userfaultfd', 1); print(GOT)",
        "counters of the processor": (
            "import ctypes, struct\na = ctypes.create_string_buffer(struct.pack('IIQQQQQQ', 1, 112, 0, 0, 0, 0, 0x60, 0), 112)\n"
            "n = {'x86_64': 298, 'aarch64': 241}[os.uname().machine]\n"
            "if ctypes.CDLL(None).syscall(n, a, 0, -1, -1, 0) > 0: print(GOT)"
        ),
        "programs in the kernel": (
            "import ctypes, struct\na = ctypes.create_string_buffer(struct.pack('IIII', 2, 4, 8, 1), 128)\n"
            "n = {'x86_64': 321, 'aarch64': 280}[os.uname().machine]\n"
            "if ctypes.CDLL(None).syscall(n, 0, a, 128) > 0: print(GOT)"
        ),
        "comparing programs": (
            "import ctypes\nn = {'x86_64': 312, 'aarch64': 272}[os.uname().machine]\n"
            "if ctypes.CDLL(None).syscall(n, os.getpid(), VICTIM, 1, 0, 0) >= 0: print(GOT)"
        ),
        "asynchronous requests": (
            "import ctypes\nc = ctypes.c_long(0)\nn = {'x86_64': 206, 'aarch64': 0}[os.uname().machine]\n"
            "if ctypes.CDLL(None).syscall(n, 8, ctypes.byref(c)) == 0: print(GOT)"
        ),
    },
)

RESOURCES = attacks(
    "resources",
    "says so",
    {
        "shared memory that nobody counts": "import mmap\nm = mmap.mmap(-1, 3 << 30); print(GOT)",
        "addresses without end": (
            "import mmap\nm = mmap.mmap(-1, 1 << 40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, prot=0); print(GOT)"
        ),
        "a huge file": "f = open('huge', 'wb'); f.seek(1 << 30); f.write(b'x'); f.flush(); print(GOT)",
        "a huge file by its length": "f = open('long', 'wb'); f.truncate(1 << 30); print(GOT)",
        "many files at once": (
            "os.mkdir('many')\nfor n in range(10_001): os.close(os.open(f'many/{n}', os.O_CREAT | os.O_WRONLY))\n"
            "time.sleep(0.5); print(GOT)"
        ),
        "a full scratch folder": (
            "for n in range(2): os.posix_fallocate(os.open(f'f{n}', os.O_CREAT | os.O_WRONLY), 0, 150_000_000)\n"
            "time.sleep(0.5); print(GOT)"
        ),
        "a hidden folder": (
            "os.mkdir('hidden', 0o300)\nos.posix_fallocate(os.open('hidden/f', os.O_CREAT | os.O_WRONLY), 0, 200_000_000)\n"
            "os.posix_fallocate(os.open('hidden/g', os.O_CREAT | os.O_WRONLY), 0, 200_000_000)\ntime.sleep(0.5); print(GOT)"
        ),
        "descriptors": "kept = [os.dup(0) for _ in range(400)]; print(GOT)",
        "threads": (
            "import threading\nfor _ in range(150): threading.Thread(target=time.sleep, args=(1,), daemon=True).start()\n"
            "time.sleep(0.5); print(GOT)"
        ),
        "many processes": (
            "ps = []\nfor _ in range(5):\n    ps.append(os.fork())\n    if ps[-1] == 0: time.sleep(0.1); os._exit(0)\nprint(GOT)"
        ),
        "more descriptors than given": (
            "import resource\nr = resource.RLIMIT_NOFILE; resource.setrlimit(r, (1000, resource.getrlimit(r)[1])); print(GOT)"
        ),
        "a dump of the memory": (
            "import resource\nr = resource.RLIMIT_CORE; h = resource.getrlimit(r)[1]\n"
            "resource.setrlimit(r, (4096, h)); print(GOT)"
        ),
        "memory that stays": (
            "import ctypes\nc = ctypes.CDLL(None); b = ctypes.create_string_buffer(40_000)\n"
            "if c.mlock(b, 40_000) == 0: print(GOT)"
        ),
        "memory": "b = bytearray(3_000_000_000); print(GOT)",
        "memory bit by bit": "b = []\nfor _ in range(30): b.append(bytearray(100_000_000))\nprint(GOT)",
        "time": "time.sleep(3.5); print(GOT)",
        "the processor": "end = time.time() + 3.5\nwhile time.time() < end: pass\nprint(GOT)",
    },
)

_FIND = (
    "import fcntl, stat\ndef is_out(n):\n"
    "    try: return stat.S_ISFIFO(os.fstat(n).st_mode) and fcntl.fcntl(n, fcntl.F_GETFL) & 3 == 1\n"
    "    except OSError: return False\n"
    "frames = [n for n in range(3, 20) if is_out(n)][0]\n"
    "def send(body, length=None):\n    os.write(frames, (len(body) if length is None else length).to_bytes(4, 'big') + body)\n"
)

PROTOCOL = attacks(
    "protocol",
    "was believed",
    {
        "garbage": _FIND + "send(b'\\x00garbage')\ntime.sleep(0.1)",
        "a frame without end": _FIND + "send(b'x', 0xffffffff)\ntime.sleep(0.1)",
        "deep JSON": _FIND + "send(b'[' * 100_000)\ntime.sleep(0.1)",
        "a number of a million digits": _FIND
        + "send(b'{\"kind\":\"skipped\",\"count\":' + b'9' * 1_000_000 + b'}')\ntime.sleep(0.1)",
        "bad UTF-8": _FIND + 'send(b\'{"kind":"\\xff"}\')\ntime.sleep(0.1)',
        "a second beginning": _FIND + 'send(b\'{"kind":"hello","version":1}\')\ntime.sleep(0.1)',
        "an unknown question": (
            _FIND + 'send(b\'{"kind":"ask","id":1,"function":"eval","prompts":["x"],"contexts":[]}\')\ntime.sleep(0.1)'
        ),
    },
) + attacks(
    "protocol",
    "says so",
    {
        "the app's end of a pipe": "os.open(f'/proc/{HOST}/fd/1', os.O_WRONLY); print(GOT)",
        "a larger pipe": _FIND + "fcntl.fcntl(frames, 1031, 1 << 19); print(GOT)",
        "a pipe that signals the app": _FIND + "fcntl.fcntl(frames, fcntl.F_SETOWN, HOST); print(GOT)",
        "a copy of the child that speaks": (
            _FIND
            + "p = os.fork()\nif p == 0:\n    fcntl.fcntl(frames, fcntl.F_GETFD); os._exit(0)\nos.waitpid(p, 0); print(GOT)"
        ),
        "typing into the app's terminal": "import fcntl\nfcntl.ioctl(0, 0x5412, b'x'); print(GOT)",
    },
)

ON_THE_SYSTEM: list[Attack] = [*NETWORK, *EXEC, *PROCESS, *IPC, *RESOURCES, *PROTOCOL]
