"""A person's notices, and which of them come by mail."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.filters import NoticeFilter
from accounts.models import Notice
from accounts.notice_kinds import title_of
from accounts.permissions import Action
from accounts.usecases.choose_mail import choose_mail, mailed_kinds
from accounts.usecases.read_notices import read_all_notices, read_notice
from accounts.web.lookup import visible_or_404
from accounts.web.notice_forms import ChooseMail
from accounts.web.places import profile_tabs
from common.access import require
from common.paging import bounded_counts, page_of
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.paging import neighbours

PER_PAGE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Unread notices first, the newest first among them."""
    require(request.actor, Action.NOTICE_READ)
    own = Notice.objects.visible_to(request.actor)
    filters = NoticeFilter(request.GET, own)
    found = filters.qs if filters.form.is_valid() else own.none()
    page = page_of(found, ordering=["is_read", "-created_at", "-id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    total, unread = bounded_counts([own, own.filter(is_read=False)])
    here = reverse("accounts:notice-list")
    context = {
        "notices": [(notice, title_of(notice.kind)) for notice in page.items],
        "unread": unread,
        "tabs": [
            {"name": "all", "title": "All", "url": here, "count": total.value},
            {"name": "unread", "title": "Unread", "url": f"{here}?unread=true", "count": unread.value},
        ],
        "tab": "unread" if request.GET.get("unread") else "all",
        **neighbours(request, page),
    }
    return render(request, "accounts/notice_list.html", context)


@require_POST
def read(request: HttpRequest, notice: str) -> HttpResponse:
    """The notice is read; ``follow`` leads to what it is about, else back to the list."""
    found = visible_or_404(Notice.objects, request.actor, public_id=notice)
    read_notice(actor=request.actor, notice=found, now=timezone.now())
    leads = found.url if "follow" in request.POST else ""
    if leads and url_has_allowed_host_and_scheme(leads, allowed_hosts=None):
        return redirect(request, leads)
    return redirect(request, reverse("accounts:notice-list"))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    read_all_notices(actor=request.actor, now=timezone.now())
    messages.success(request, "All notices are marked as read")
    return redirect(request, reverse("accounts:notice-list"))


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Which kinds come by mail as well."""
    require(request.actor, Action.PROFILE_EDIT, request.user)
    form = ChooseMail(request.POST if request.method == "POST" else None, initial={"kinds": mailed_kinds(request.user)})
    if form.is_valid():
        with refusals_in(form):
            choose_mail(actor=request.actor, user=request.user, kinds=form.cleaned_data["kinds"], now=timezone.now())
            messages.success(request, "Your choice is saved")
            return redirect(request, reverse("accounts:notice-mail"))
    context = {**profile_tabs("notice-mail"), "mail_is_on": settings.PORTICO_MAIL_IS_ON}
    return render_form(request, "accounts/notice_mail.html", context, form=form)
