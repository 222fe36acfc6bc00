"""The CloudFormation resource types of our stacks that moto doesn't know. By itself it skips them without a word."""

import json
import os
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import Parameter

# What Fn::GetAtt gives as the URL of every function: where the caller runs the deployed code.
FUNCTION_URL = os.environ.get("FORGE_REMOTE_FUNCTION_URL", "https://localfunctionurl.lambda-url.us-east-1.on.aws/")


class Resource:
    """One resource of a stack: what Ref gives, what Fn::GetAtt gives, and how it goes."""

    attributes: tuple[str, ...] = ()

    def __init__(self, name: str, properties: dict[str, Any], account: str, region: str):
        self.properties, self.account, self.region = properties, account, region
        self.physical_resource_id = self.create(name)

    def create(self, name: str) -> str:
        return name

    def get_cfn_attribute(self, attribute: str) -> str:
        if attribute not in self.attributes:
            raise parsing.UnformattedGetAttTemplateException()
        return self.attribute(attribute)

    def attribute(self, attribute: str) -> str:
        return self.physical_resource_id

    def is_created(self) -> bool:
        return True

    def delete(self, account_id: str, region_name: str) -> None:
        """Nothing to do for what is only written down."""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.attributes

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_kwargs):
        return cls(resource_name, cloudformation_json.get("Properties", {}), account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, **_kwargs):
        raise NotImplementedError(f"{cls.__name__} is not updated here: deploy into a fresh moto.")


class Secret(Resource):
    """A secret that starts empty. The description and nothing else comes from the template."""

    attributes = ("Id",)

    def create(self, name: str) -> str:
        unknown = set(self.properties) - {"Description", "Tags", "Name"}
        if unknown:
            raise NotImplementedError(f"Properties of a secret that are not emulated: {', '.join(sorted(unknown))}")
        created = secretsmanager_backends[self.account][self.region].create_secret(
            name=name,
            description=self.properties.get("Description"),
            tags=self.properties.get("Tags"),
            secret_string=None,
            secret_binary=None,
            kms_key_id=None,
            client_request_token=None,
            replica_regions=[],
            force_overwrite=False,
        )
        return json.loads(created)["ARN"]

    def delete(self, account_id: str, region_name: str) -> None:
        secretsmanager_backends[account_id][region_name].delete_secret(self.physical_resource_id, None, True)


class FunctionUrl(Resource):
    attributes = ("FunctionUrl", "FunctionArn")

    def create(self, name: str) -> str:
        config = {key: self.properties[key] for key in ("AuthType", "InvokeMode") if key in self.properties}
        created = self.backend().create_function_url_config(self.properties["TargetFunctionArn"], config)
        created.url = FUNCTION_URL
        return created.function.function_arn

    def attribute(self, attribute: str) -> str:
        return FUNCTION_URL if attribute == "FunctionUrl" else self.physical_resource_id

    def delete(self, account_id: str, region_name: str) -> None:
        try:
            self.backend().delete_function_url_config(self.physical_resource_id)
        except Exception:  # The function went first, and took its URL along.
            pass

    def backend(self):
        return lambda_backends[self.account][self.region]


class Alarm(Resource):
    """Written down, so that others can point at it. No metric is evaluated here."""

    attributes = ("Arn",)

    def attribute(self, attribute: str) -> str:
        return f"arn:aws:cloudwatch:{self.region}:{self.account}:alarm:{self.physical_resource_id}"


class Noted(Resource):
    """Written down, and nothing follows from it."""


# By type: the class, and the property that gives a resource its name.
RESOURCE_TYPES: dict[str, tuple[type[Resource], str]] = {
    "AWS::SecretsManager::Secret": (Secret, "Name"),
    "AWS::Lambda::Url": (FunctionUrl, ""),
    "AWS::CloudWatch::Alarm": (Alarm, "AlarmName"),
    "AWS::CloudWatch::CompositeAlarm": (Alarm, "AlarmName"),
    "AWS::Logs::QueryDefinition": (Noted, ""),
    "AWS::SNS::TopicPolicy": (Noted, ""),
    "AWS::SQS::QueuePolicy": (Noted, ""),
}


def _model(cfn_type: str, base: type[Resource], name_property: str) -> type[CloudFormationModel]:
    # moto finds types among the direct subclasses of CloudFormationModel, and takes a backend's name from a module's.
    members = {
        "__module__": "moto.forge_remote.models",
        "cloudformation_type": staticmethod(lambda: cfn_type),
        "cloudformation_name_type": staticmethod(lambda: name_property),
    }
    inherited = {key: value for cls in reversed(base.__mro__[:-1]) for key, value in vars(cls).items()}
    own = {key: value for key, value in inherited.items() if key not in ("__dict__", "__weakref__")}
    return type(CloudFormationModel)(base.__name__, (CloudFormationModel,), {**own, **members})


# Kept: moto has weak references only.
MODELS: list[type[CloudFormationModel]] = []


def add_resource_types() -> None:
    """Makes the types known to moto."""
    MODELS.extend(_model(cfn_type, *entry) for cfn_type, entry in RESOURCE_TYPES.items())
    for cached in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cached.cache_clear()


def _create_parameter(cls: Any, resource_name: str, cloudformation_json: Any, *args: Any, **kwargs: Any) -> Any:
    """CloudFormation makes up a name for a parameter that has none; moto fails."""
    cloudformation_json["Properties"].setdefault("Name", resource_name)
    return _moto_create_parameter(cls, resource_name, cloudformation_json, *args, **kwargs)


_moto_create_parameter = Parameter.create_from_cloudformation_json.__func__
Parameter.create_from_cloudformation_json = classmethod(_create_parameter)
