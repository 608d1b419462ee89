"""What can be done with people, their roles, their codes and their sessions."""

from wasl.accounts.services.codes import (
    UnableToSendCode,
    UnableToSignIn,
    forget_codes,
    request_code,
    request_code_again,
    use_code,
)
from wasl.accounts.services.people import (
    UnableToRegisterStaff,
    change_profile,
    deactivate,
    record_national_id,
    register_citizen,
    register_staff,
)
from wasl.accounts.services.sessions import (
    UnableToBecome,
    UnableToEndSession,
    become,
    end_session,
    forget_sessions,
    note_session,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from wasl.accounts.services.standing import (
    UnableToDeclareRelation,
    UnableToEnterDuty,
    UnableToGrantRole,
    declare_relation,
    end_role,
    enter_duty_period,
    grant_role,
)

__all__ = [
    "UnableToBecome",
    "UnableToDeclareRelation",
    "UnableToEndSession",
    "UnableToEnterDuty",
    "UnableToGrantRole",
    "UnableToRegisterStaff",
    "UnableToSendCode",
    "UnableToSignIn",
    "become",
    "change_profile",
    "deactivate",
    "declare_relation",
    "end_role",
    "end_session",
    "enter_duty_period",
    "forget_codes",
    "forget_sessions",
    "grant_role",
    "note_session",
    "record_national_id",
    "register_citizen",
    "register_staff",
    "request_code",
    "request_code_again",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "use_code",
]
