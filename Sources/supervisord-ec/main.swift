print("supervisord-ec")
