"""Who may connect: the authority that issues certificates, and the gate that checks them."""
