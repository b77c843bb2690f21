"""Feeds: what one asker may see, for programs that hold no certificate."""
