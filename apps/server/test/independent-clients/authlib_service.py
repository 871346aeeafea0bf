"""A service in Python on authlib (Debian: python3-authlib, python3-requests), one JSON line in, one out."""
import json
import os
import sys

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oidc.core import CodeIDToken

environment = os.environ
session = OAuth2Session(
    environment["CLIENT_ID"],
    environment["CLIENT_SECRET"],
    scope=environment["SCOPE"],
    redirect_uri=environment["REDIRECT_URI"],
    code_challenge_method="S256",
    token_endpoint_auth_method="client_secret_basic",
)
metadata = session.get(environment["ISSUER"] + "/.well-known/openid-configuration", withhold_token=True).json()
nonce = generate_token(32)
verifier = generate_token(48)
url, state = session.create_authorization_url(
    metadata["authorization_endpoint"], nonce=nonce, code_verifier=verifier, acr_values=environment["ACR"]
)
print(json.dumps({"go": url}), flush=True)

returned = json.loads(sys.stdin.readline())["returned"]
token = session.fetch_token(
    metadata["token_endpoint"], authorization_response=returned, state=state, code_verifier=verifier
)
keys = JsonWebKey.import_key_set(session.get(metadata["jwks_uri"]).json())
claims = JsonWebToken(["ES256"]).decode(
    token["id_token"],
    keys,
    claims_cls=CodeIDToken,
    claims_options={"iss": {"essential": True, "value": environment["ISSUER"]}},
    claims_params={"nonce": nonce, "client_id": environment["CLIENT_ID"], "access_token": token["access_token"]},
)
claims.validate()
userinfo = session.get(metadata["userinfo_endpoint"]).json()
if userinfo["sub"] != claims["sub"]:
    raise SystemExit("userinfo speaks of somebody else")
print(json.dumps({"saw": {"sub": claims["sub"], "acr": claims["acr"], **userinfo}}), flush=True)
