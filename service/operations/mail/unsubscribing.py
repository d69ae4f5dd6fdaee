"""itsdangerous' home: addresses by which somebody declines one kind of mail, and can do nothing else."""

import hashlib

from itsdangerous import BadData, URLSafeSerializer

from service.domain.errors import NotFound, message
from service.operations.services import Services
from service.settings import secret_key_of

_PURPOSE = "trinh.unsubscribe"
"""Nothing else that the service signs is valid here, and the reverse."""


class Unsubscribing:
    """Makes and reads such addresses: a person and a kind of mail, signed with the service's secret key.

    An address neither signs anybody in nor ends; used twice it changes nothing more. What it has
    declined can be asked for again on the person's own page.
    """

    def __init__(self, secret_key: str, base_url: str) -> None:
        self._base_url = base_url
        self._signed = URLSafeSerializer(
            secret_key, salt=_PURPOSE, signer_kwargs={"digest_method": hashlib.sha256}
        )

    @classmethod
    def of(cls, services: Services) -> "Unsubscribing":
        """With the key and address of the service."""
        return cls(secret_key_of(services.settings), services.settings.base_url)

    def address(self, person_id: int, template: str) -> str:
        """The address by which a person declines a kind of mail."""
        return f"{self._base_url}/unsubscribe/{self.token(person_id, template)}"

    def token(self, person_id: int, template: str) -> str:
        """What stands in the address."""
        signed = self._signed.dumps([person_id, template])
        return signed.decode() if isinstance(signed, bytes) else signed

    def read(self, token: str) -> tuple[int, str]:
        """Whose mails of which kind a token declines.

        Raises:
            NotFound: when it is none of ours.
        """
        try:
            match self._signed.loads(token):
                case [int(person_id), str(template)]:
                    return person_id, template
                case _:
                    raise BadData("of another shape")
        except BadData as error:
            raise NotFound(
                message(
                    "This link is not complete. Open it from the mail again, or sign in and choose your "
                    "mails under “My mails”."
                )
            ) from error
