"""The token that git-lfs-authenticate hands out and the LFS server reads: who may do what, where,
until when, signed with the hub's secret. Used by the forced command too, so it imports little."""

import base64
import binascii
import hashlib
import hmac
import json


def sign(secret, claims):
    body = base64.urlsafe_b64encode(json.dumps(claims).encode())
    return (body + b"." + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
            ).decode()


def check(secret, token, now):
    """The claims of a token that is genuine and has not expired, otherwise None."""
    body, _, signature = token.encode().partition(b".")
    good = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
    if not hmac.compare_digest(good, signature):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(body))
    except (ValueError, binascii.Error):
        return None
    return claims if claims["expires"] > now else None
