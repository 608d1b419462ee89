"""Network files of four formats, read into the same rows. Pure; nothing of a file is ever run."""
