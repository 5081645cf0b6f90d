"""An Echo on this machine: what a device and the service behind it do, for trying out and for tests."""
