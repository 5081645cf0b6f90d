"""What is handed to Amazon and to readers: the skill package, certification, documents."""
