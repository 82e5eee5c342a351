"""`kring demo`: the command, and what keeps its processes running. What a demo shows is made by `kring.demo`."""
