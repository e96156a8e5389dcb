"""Refusals as answers: one sentence, in the shape the caller's part of the API has."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from decision_store.api import registry
from decision_store.api.decision_table import RevisionUsedError
from decision_store.api.limits import PartTooLargeError
from decision_store.api.registry_requests import RegistryError, refuse_slash
from decision_store.api.waiting import BusyError, cancellation_codes, is_transient

_REGISTRY_CODES = {500: 50001, 503: 50001}  # Confluent's "error in the backend data store"


def answer_problems(app: FastAPI) -> None:
    """Makes an application answer every refusal that its endpoints raise."""
    app.add_exception_handler(RevisionUsedError, _answer(409))
    app.add_exception_handler(PartTooLargeError, _answer(413))
    app.add_exception_handler(BusyError, _answer(503))
    app.add_exception_handler(ClientError, _dynamodb_refused)
    app.add_exception_handler(BotoCoreError, _dynamodb_silent)
    app.add_exception_handler(RegistryError, _registry_refused)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_problem)


def problem_response(request: Request, status: int, text: str) -> JSONResponse:
    """A refusal; Confluent's clients expect another shape than ours."""
    if request.url.path.startswith(f"{registry.PREFIX}/"):
        return JSONResponse({"error_code": _REGISTRY_CODES.get(status, status), "message": text}, status)
    return JSONResponse({"detail": text}, status)


def _answer(status: int) -> Any:
    def handler(request: Request, problem: Exception) -> JSONResponse:
        return problem_response(request, status, str(problem))

    return handler


def _dynamodb_refused(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, ClientError)
    if is_transient(problem):
        return problem_response(request, 503, "DynamoDB is too busy; nothing was acknowledged, try again.")
    code = ": ".join([problem.response["Error"]["Code"], *sorted(set(cancellation_codes(problem)))])
    return problem_response(request, 500, f"DynamoDB refused the request ({code}): see /health.")


def _dynamodb_silent(request: Request, _: Exception) -> JSONResponse:
    return problem_response(request, 503, "DynamoDB cannot be reached; nothing was acknowledged, try again.")


def _registry_refused(_: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, RegistryError)
    return JSONResponse({"error_code": problem.code, "message": str(problem)}, problem.status)


async def _invalid_request(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, RequestValidationError)
    if not request.url.path.startswith(f"{registry.PREFIX}/"):
        return await request_validation_exception_handler(request, problem)
    first = problem.errors()[0]
    field = ".".join(str(step) for step in first["loc"])
    return JSONResponse({"error_code": 42201, "message": f"{field}: {first['msg']}"}, 422)


async def _http_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    if not request.url.path.startswith(f"{registry.PREFIX}/"):
        return await http_exception_handler(request, problem)
    try:
        refuse_slash(request)  # the reason why no path matched, if there is one
    except RegistryError as refused:
        return _registry_refused(request, refused)
    return problem_response(request, problem.status_code, str(problem.detail))
