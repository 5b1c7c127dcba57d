"""What a report says, chapter by chapter, whatever its format."""
