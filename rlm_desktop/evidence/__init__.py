"""Which piece of which document a prompt, an output or a sentence came from."""
