"""The REPL where nothing of the operating system's can hold a child: an interpreter that cannot reach outside."""
