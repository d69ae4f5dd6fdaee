"""How often one address may try to sign in; the failures of one person are counted with the person."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SIGN_IN_ATTEMPTS = "30 per minute"

limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")

limit_sign_ins = limiter.shared_limit(SIGN_IN_ATTEMPTS, scope="api-sign-in")
