"""What Kring's server says to Django of a body it has not read. The server imports this before any app is loaded."""

# In a request's environment: the status that explains why its body was not read.
REFUSED = "kring.refused"
