"""Looking into a network: how long it holds what, what it is made of, what its answers depend on."""
