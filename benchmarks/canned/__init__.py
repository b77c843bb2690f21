"""An AWS API that answers for estates of any size, cheap enough not to be what is measured."""
