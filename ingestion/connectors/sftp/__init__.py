"""SFTP: folders, host keys and file names."""
