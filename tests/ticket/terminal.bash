# on_terminal COLUMNS ROWS COMMAND …: what it prints on a terminal of this size, and its exit status.
on_terminal() {
    "${MC_PYTHON:-python3}" -S -c '
import fcntl, os, pty, struct, sys, termios
columns, rows, *command = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
    os.execvp(command[0], command)
out = b""
try:
    while got := os.read(fd, 65536):
        out += got
except OSError:
    pass
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.write(out.decode().replace("\r\n", "\n"))
sys.exit(code)' "$@"
}
