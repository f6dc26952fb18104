"""What runs inside the child process; standard library only, and few imports because its start waits for them."""
