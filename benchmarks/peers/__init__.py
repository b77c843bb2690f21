"""The agent beside other tools that read AWS accounts: the same server, the same types, in turn."""
