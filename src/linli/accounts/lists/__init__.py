"""The office's own lists of staff and of who works which grid."""
