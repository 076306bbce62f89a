"""What stands around a cell: read-outs, attention, encoder and decoder, the start of the weights."""
