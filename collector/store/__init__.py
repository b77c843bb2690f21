"""Where the overview is kept: one interface (`base`), one folder per database."""
