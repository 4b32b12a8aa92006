# on_terminal COLUMNS ROWS COMMAND …: what it prints on a terminal of this size, and its exit status.
on_terminal() {
    "${MC_PYTHON:-python3}" -S -c '
import fcntl, os, pty, select, struct, sys, termios
columns, rows, *command = sys.argv[1:]
END = b"\0the end\0"
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
pid = os.fork()
if pid == 0:
    os.close(master)
    os.login_tty(slave)
    os.execvp(command[0], command)
# The other end stays open and has the last word: what a terminal holds when its last user goes may be lost.
out, status = b"", None
while END not in out:
    if select.select([master], [], [], 0.05)[0]:
        out += os.read(master, 65536)
    elif status is None and (ended := os.waitpid(pid, os.WNOHANG))[0]:
        status = ended[1]
        os.write(slave, END)
code = os.waitstatus_to_exitcode(status)
out = out[:out.index(END)]
sys.stdout.write(out.decode().replace("\r\n", "\n"))
sys.exit(code)' "$@"
}
