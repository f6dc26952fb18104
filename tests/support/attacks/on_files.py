"""Attacks that read files, learn about them, or alter them."""

# ruff: noqa: E501 - hostile code reads best on its own line

from tests.support.attacks.attack import Attack, attacks

READ = attacks(
    "read",
    "shows the canary",
    {
        "open": "print(open(SECRET).read())",
        "a descriptor": "print(os.read(os.open(SECRET, os.O_RDONLY), 99))",
        "a symlink in the scratch folder": "os.symlink(SECRET, 'link'); print(open('link').read())",
        "a hard link in the scratch folder": "os.link(SECRET, 'hard'); print(open('hard').read())",
        "the root of the process": "print(open('/proc/self/root' + SECRET).read())",
        "the working folder of the process": "print(open('/proc/self/cwd/' + os.path.relpath(SECRET)).read())",
        "a relative path": "print(open(os.path.relpath(SECRET)).read())",
        "mmap": "import mmap\nf = open(SECRET, 'rb'); print(mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)[:])",
        "the C library": (
            "import ctypes\nc = ctypes.CDLL(None); b = ctypes.create_string_buffer(99)\n"
            "fd = c.open(SECRET.encode(), 0); c.read(fd, b, 98); print(b.value)"
        ),
        "sqlite": "import sqlite3\nprint(sqlite3.connect(DATABASE).execute('SELECT * FROM t').fetchall())",
        "sqlite in read-only mode": (
            "import sqlite3\nd = sqlite3.connect(f'file:{DATABASE}?immutable=1', uri=True)\n"
            "print(d.execute('SELECT * FROM t').fetchall())"
        ),
        "an import": "sys.path.insert(0, OUTSIDE); import secret_module; print(secret_module.VALUE)",
        "linecache": "import linecache\nprint(linecache.getlines(SECRET))",
        "runpy": "import runpy\nprint(runpy.run_path(OUTSIDE + '/secret_module.py'))",
        "shutil": "import shutil\nshutil.copyfile(SECRET, 'copy'); print(open('copy').read())",
        "sendfile": (
            "a, b = os.open(SECRET, 0), os.open('sent', os.O_RDWR | os.O_CREAT)\n"
            "os.sendfile(b, a, 0, 99); print(os.pread(b, 99, 0))"
        ),
        "reopening a path descriptor": "fd = os.open(SECRET, os.O_PATH); print(open(f'/proc/self/fd/{fd}').read())",
        "openat2": (
            "import ctypes, struct\nhow = ctypes.create_string_buffer(struct.pack('QQQ', 0, 0, 0))\n"
            "fd = ctypes.CDLL(None).syscall(437, -100, SECRET.encode(), how, 24); print(os.read(fd, 99))"
        ),
        "the environment of a program": "print(open(f'/proc/{VICTIM}/environ').read())",
        "the arguments of a program": "print(open(f'/proc/{VICTIM}/cmdline').read())",
        "the folder of a program": "print(os.listdir(f'/proc/{VICTIM}/cwd'))",
        "the list of a folder": "print(os.listdir(OUTSIDE))",
        "glob": "import glob\nprint(glob.glob(OUTSIDE + '/*'))",
        "walk": "print(list(os.walk(OUTSIDE)))",
        "a folder descriptor": "print(os.listdir(os.open(OUTSIDE, os.O_RDONLY)))",
        "opening beneath a changed folder": "os.chdir(OUTSIDE); print(open('secret.txt').read())",
        "another run's folder": "print(open(OTHER_RUN + '/context_0').read())",
        "another corpus of the store": "print(open(OTHER_CORPUS + '/text').read())",
        "a hard link to another corpus": "os.link(OTHER_CORPUS + '/text', 'linked'); print(open('linked').read())",
        "a map of another corpus": (
            "import mmap\nf = os.open(OTHER_CORPUS + '/text', os.O_RDONLY); print(mmap.mmap(f, 0, prot=mmap.PROT_READ)[:])"
        ),
        "the list of corpora": "print(os.listdir(CORPORA))",
        "an inherited descriptor": (
            "for fd in range(3, 200):\n    try: print(os.pread(fd, 99, 0))\n    except OSError: pass"
        ),
    },
) + attacks(
    "read",
    "says so",
    {
        "its own corpus where the store keeps it": "if open(OWN_CORPUS + '/text').read(): print(GOT)",
        "the users of the machine": "if 'root:' in open('/etc/passwd').read(): print(GOT)",
        "the users through the C library": "import pwd\nif len(pwd.getpwall()) > 1: print(GOT)",
        "the programs that run": "if str(VICTIM) in os.listdir('/proc'): print(GOT)",
        "the network cards": "if os.listdir('/sys/class/net'): print(GOT)",
        "the kernel's log": (
            "import ctypes\nb = ctypes.create_string_buffer(4096)\nif ctypes.CDLL(None).klogctl(3, b, 4096) >= 0: print(GOT)"
        ),
        "what the app's pipes lead to": "if os.readlink(f'/proc/{HOST}/fd/0'): print(GOT)",
        "the memory of a program": (
            "line = next(l for l in open(f'/proc/{VICTIM}/maps') if '[stack]' in l)\n"
            "f = open(f'/proc/{VICTIM}/mem', 'rb', 0); f.seek(int(line.split('-')[0], 16) + 4096)\nprint(GOT)"
        ),
    },
)

METADATA = [
    *attacks(
        "metadata",
        "says so",
        {
            "whether a name exists": "if os.path.exists(SECRET): print(GOT)",
            "how large a file is": "if os.stat(SECRET).st_size: print(GOT)",
        },
        probes=True,
    ),
    *attacks(
        "metadata",
        "says so",
        {
            "reading attributes": "if os.getxattr(TARGET, 'user.note'): print(GOT)",
            "listing attributes": "if os.listxattr(TARGET): print(GOT)",
            "watching a folder": (
                "import ctypes\nc = ctypes.CDLL(None); fd = c.inotify_init()\n"
                "if c.inotify_add_watch(fd, OUTSIDE.encode(), 0x100) > 0: print(GOT)"
            ),
            "watching a folder for signals": (
                "import fcntl\nsignal.signal(signal.SIGIO, signal.SIG_IGN)\n"
                "fcntl.fcntl(os.open(OUTSIDE, os.O_RDONLY), fcntl.F_NOTIFY, fcntl.DN_CREATE); print(GOT)"
            ),
            "a lease on the corpus": (
                "import fcntl\nfcntl.fcntl(os.open('../given/corpus/text', os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK)\nprint(GOT)"
            ),
        },
    ),
    *attacks(
        "metadata",
        "altered the target",
        {
            "chmod": "os.chmod(TARGET, 0o777)",
            "fchmod": "os.fchmod(os.open(TARGET, os.O_RDONLY), 0o777)",
            "chmod beneath a folder": "os.chmod(os.path.basename(TARGET), 0o777, dir_fd=os.open(OUTSIDE, os.O_PATH))",
            "utime": "os.utime(TARGET, (1, 1))",
            "utime through a descriptor": "os.utime(os.open(TARGET, os.O_RDONLY), (1, 1))",
            "a new attribute": "os.setxattr(TARGET, 'user.evil', b'1')",
            "a lost attribute": "os.removexattr(TARGET, 'user.note')",
        },
    ),
    *attacks(
        "metadata",
        "says so",
        {
            "chmod of the corpus": "os.chmod('../given/corpus/text', 0o777); print(GOT)",
            "utime of the corpus": "os.utime('../given/corpus/text', (1, 1)); print(GOT)",
            "chown": "os.chown(TARGET, os.getuid(), os.getgid()); print(GOT)",
        },
    ),
]

WRITE = attacks(
    "write",
    "altered the target",
    {
        "overwriting": "open(TARGET, 'w').write('mine')",
        "appending": "open(TARGET, 'a').write('mine')",
        "overwriting in place": "open(TARGET, 'r+').write('mine')",
        "truncating by name": "os.truncate(TARGET, 0)",
        "truncating while opening to read": "os.open(TARGET, os.O_RDONLY | os.O_TRUNC)",
        "truncating in the odd access mode": "os.open(TARGET, 3 | os.O_TRUNC)",
        "deleting": "os.unlink(TARGET)",
        "renaming": "os.rename(TARGET, TARGET + '.gone')",
        "moving into the scratch folder": "os.rename(TARGET, 'mine')",
        "replacing": "open('new', 'w').write('mine'); os.replace('new', TARGET)",
        "writing through a symlink": "os.symlink(TARGET, 'way'); open('way', 'w').write('mine')",
        "writing through a hard link": "os.link(TARGET, 'hard-way'); open('hard-way', 'w').write('mine')",
        "writing through the process' root": "open('/proc/self/root' + TARGET, 'w').write('mine')",
        "writing through mmap": (
            "import mmap\nf = open(TARGET, 'r+b'); m = mmap.mmap(f.fileno(), 0); m[:4] = b'mine'; m.flush()"
        ),
        "shutil": "import shutil\nopen('s', 'w').write('mine'); shutil.copyfile('s', TARGET)",
        "the C library": (
            "import ctypes\nc = ctypes.CDLL(None); fd = c.open(TARGET.encode(), 1); c.write(fd, b'mine', 4)"
        ),
        "a hole": "os.posix_fallocate(os.open(TARGET, os.O_WRONLY), 0, 99999)",
    },
) + attacks(
    "write",
    "says so",
    {
        "a new file": "open(NEW, 'w').close(); print(GOT)",
        "a new folder": "os.mkdir(NEW); print(GOT)",
        "a symlink elsewhere": "os.symlink('/', NEW); print(GOT)",
        "a pipe elsewhere": "os.mkfifo(NEW); print(GOT)",
        "a file without a name": "os.open(OUTSIDE, os.O_TMPFILE | os.O_RDWR); print(GOT)",
        "a socket elsewhere": "import socket\ns = socket.socket(socket.AF_UNIX); s.bind(NEW); print(GOT)",
        "deleting a folder": "os.rmdir(EMPTY); print(GOT)",
        "the corpus": "open('../given/corpus/text', 'a').write('mine'); print(GOT)",
        "beside the scratch folder": "open('../new', 'w').close(); print(GOT)",
        "shared memory files": "n = f'/dev/shm/rlm-{os.getpid()}'; open(n, 'w').close(); os.unlink(n); print(GOT)",
        "the machine's folder for temporary files": (
            "n = f'/var/tmp/rlm-{os.getpid()}'; open(n, 'w').close(); os.unlink(n); print(GOT)"
        ),
        "our own package": (
            "import rlm_desktop.repl as r\nn = r.__path__[0] + f'/x{os.getpid()}'; open(n, 'w').close(); os.unlink(n); print(GOT)"
        ),
        "sqlite": "import sqlite3\nd = sqlite3.connect(DATABASE); d.execute('CREATE TABLE mine (x)'); d.commit(); print(GOT)",
        "the kernel's settings of the process": "open('/proc/self/oom_score_adj', 'w').write('0'); print(GOT)",
    },
)

ON_FILES: list[Attack] = [*READ, *METADATA, *WRITE]
