"""moto as the AWS of a deployment: an account that is bootstrapped for the CDK, behind one port of 127.0.0.1.

Prints one line of JSON once it is up, and ends when its standard input does.
"""

import json
import sys
import threading
import warnings

import moto
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from moto.ssm.models import ssm_backends
from resource_types import add_resource_types
from stacks import correct_stacks, keep_queues_at
from werkzeug.serving import WSGIRequestHandler, make_server

ACCOUNT, REGION = "123456789012", "us-east-1"


def bootstrap() -> None:
    """What `cdk deploy` asks for of `cdk bootstrap`: the bucket for assets, and the version in a parameter."""
    s3_backends[ACCOUNT]["aws"].create_bucket(f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}", REGION)
    ssm_backends[ACCOUNT][REGION].put_parameter(
        name="/cdk-bootstrap/hnb659fds/version",
        value="30",
        description="",
        parameter_type="String",
        allowed_pattern="",
        keyid="",
        overwrite=True,
        tags=[],
        data_type="text",
        tier="Standard",
        policies=None,
    )


class QuietHandler(WSGIRequestHandler):
    def log(self, *_args) -> None:
        """Standard error is for what goes wrong."""


def main() -> None:
    warnings.simplefilter("ignore")
    add_resource_types()
    correct_stacks()
    bootstrap()
    app = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    keep_queues_at(f"http://127.0.0.1:{server.server_port}")
    print(json.dumps({"port": server.server_port, "moto": moto.__version__}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


main()
