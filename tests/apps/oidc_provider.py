"""A small OpenID Connect provider on loopback, for the test of signing in.

It asks nothing: whoever comes is who ``claims`` says. What it issues is signed and is checked by
the app as a real provider's would be.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "tminus"


@contextmanager
def provider(claims: Mapping[str, Any]) -> Iterator[str]:
    """Serve until the end of the block; the address of the provider's metadata."""
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}, private=True)
    nonces: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            if asked.path == "/.well-known/openid-configuration":
                self._say(_metadata(self._self()))
            elif asked.path == "/keys":
                self._say({"keys": [key.as_dict(private=False)]})
            elif asked.path == "/authorize":
                code = f"code{len(nonces)}"
                nonces[code] = query.get("nonce", "")
                back = urlencode({"code": code, "state": query["state"]})
                self.send_response(302)
                self.send_header("Location", f"{query['redirect_uri']}?{back}")
                self.end_headers()
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            nonce = nonces.pop(parse_qs(body)["code"][0])
            now = int(time.time())
            told = {
                "iss": self._self(), "aud": CLIENT, "sub": "one", "iat": now, "exp": now + 600,
                "nonce": nonce, **claims,
            }  # fmt: skip
            token = jwt.encode({"alg": "RS256", "kid": "one"}, told, key)
            self._say({"access_token": "none", "token_type": "Bearer", "id_token": token})

        def _self(self) -> str:
            return f"http://{self.headers['Host']}"

        def _say(self, content: Mapping[str, Any]) -> None:
            text = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Nothing is written into the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/.well-known/openid-configuration"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _metadata(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
