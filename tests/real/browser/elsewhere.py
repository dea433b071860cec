"""Another origin, which writes down what browsers tell it of where they came from."""

import http.server
import ssl
import threading


class Elsewhere:
    """A site of somebody else, over TLS (over plain HTTP a browser says nothing of where it came from)."""

    def __init__(self, certificate, key):
        seen = self.seen = []

        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append((self.path, self.headers.get("Referer", "")))
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(b"<title>elsewhere</title><p>elsewhere")

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.address = f"https://127.0.0.1:{server.server_address[1]}"

    def came_from(self, path):
        """The Referers with which that path was asked for."""
        return [referer for asked, referer in self.seen if asked == path]
