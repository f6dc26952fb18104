"""The texts of the user's files, kept in a folder of the app's own."""
