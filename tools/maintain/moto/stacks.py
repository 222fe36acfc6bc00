"""What moto's CloudFormation does otherwise than AWS's, as far as a `cdk deploy` and a `cdk destroy` meet it."""

from urllib.parse import urlparse

from moto.cloudformation import models, parsing, responses
from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.s3.models import s3_backends
from moto.sqs.models import Queue
from moto.ssm.models import ssm_backends


_class_of = parsing.resource_class_from_type
_named = parsing.parse_resource_and_generate_name


def correct_stacks() -> None:
    """Puts the functions below in the place of moto's."""
    parsing.resource_class_from_type = class_of_known_type
    parsing.parse_resource_and_generate_name = named_resource
    responses.CloudFormationResponse._get_stack_from_s3_url = template_at
    models.ChangeSet.apply = apply_change_set
    models.CloudFormationBackend.delete_change_set = delete_change_set
    models.CloudFormationBackend.describe_change_set = describe_change_set
    parsing.ResourceMap.parse_ssm_parameter = parse_ssm_parameter


def class_of_known_type(resource_type: str):
    """An unknown type is an error. moto warns in its log, and says CREATE_COMPLETE."""
    if resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource":
        # moto would run the function in Docker, and without Docker wait for ever.
        raise ValidationError(message=f"{resource_type} is a custom resource, which is not emulated here.")
    found = _class_of(resource_type)
    if found is None and resource_type not in parsing.NULL_MODELS:
        raise ValidationError(message=f"Resource type {resource_type} is not emulated: see tools/maintain/moto/resource_types.py.")
    return found


def named_resource(logical_id, resource_json, resources_map):
    """A FIFO queue without a name gets one that ends as it must."""
    found = _named(logical_id, resource_json, resources_map)
    if found is None:
        return None
    resource_class, resource, name = found
    if resource["Type"] == "AWS::SQS::Queue" and resource["Properties"].get("FifoQueue") and not name.endswith(".fifo"):
        name = f"{name[:75]}.fifo"
    return resource_class, resource, name


def template_at(response, template_url: str) -> str:
    """moto takes a URL with the bucket in its path for one only if its host is `localhost`."""
    bucket, key = urlparse(template_url).path.lstrip("/").split("/", 1)
    found = s3_backends[response.current_account][response.partition].get_object(bucket, key)
    if found is None:
        raise ValidationError(message=f"S3 error: there is no template at {template_url}")
    return found.value.decode()


def apply_change_set(change_set) -> None:
    """Fills in the outputs, which moto leaves out, and tells a failure once. To moto's 500 the SDK would try again."""
    stack = change_set.stack
    try:
        stack.template = change_set.template
        stack._parse_template()
        stack.resource_map.update(stack.template_dict, change_set.parameters)
        stack.parameters = change_set.parameters
        stack.output_map = stack._create_output_map()
        # Outputs are worked out when somebody asks: here, so that a wrong one fails the deployment.
        list(stack.output_map.values())
    except Exception as error:
        stack.status = "ROLLBACK_COMPLETE"
        reason = getattr(error, "message", None) or f"{type(error).__name__}: {error}"
        stack._add_stack_event("ROLLBACK_COMPLETE", resource_status_reason=reason)
        raise ValidationError(message=reason) from error


def keep_queues_at(endpoint: str) -> None:
    """Ref of a queue is its URL, which the SDK takes for the endpoint: moto's own would lead to AWS."""
    Queue.physical_resource_id = property(lambda queue: f"{endpoint}/{queue.account_id}/{queue.name}")


def delete_change_set(backend, change_set_name: str) -> None:
    """To delete a change set that isn't there is no error, and the CLI does so before each deployment."""
    for change_set_id, change_set in list(backend.change_sets.items()):
        if change_set_name in (change_set_id, change_set.change_set_name):
            del backend.change_sets[change_set_id]


class ChangeSetNotFound(CloudFormationError):
    code = "ChangeSetNotFound"


_describe_change_set = models.CloudFormationBackend.describe_change_set


def describe_change_set(backend, change_set_name: str):
    """Before an update, the CLI deletes the change set before, and waits until it is said to be gone."""
    try:
        return _describe_change_set(backend, change_set_name)
    except ValidationError as error:
        raise ChangeSetNotFound(f"ChangeSet [{change_set_name}] does not exist") from error


_parse_ssm_parameter = parsing.ResourceMap.parse_ssm_parameter


def parse_ssm_parameter(resources, value: str, value_type: str):
    """An update that keeps a parameter comes with the value found before, and not with the name in SSM."""
    known = ssm_backends[resources._account_id][resources._region_name].get_parameter(value)
    return value if known is None else _parse_ssm_parameter(resources, value, value_type)
