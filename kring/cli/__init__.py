"""The command line: what people and machines type to run Kring."""
