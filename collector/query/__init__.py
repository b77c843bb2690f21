"""The one read side: what an asker may see, what was asked, and the answers, under every way of asking."""
