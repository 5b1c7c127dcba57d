"""What a user reads, in two languages: texts, their width and breaks, the terminal."""
