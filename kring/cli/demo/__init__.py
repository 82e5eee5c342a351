"""`kring demo`: the command, and the supervisor of its processes. `kring.demo` makes the contents of a demo."""
