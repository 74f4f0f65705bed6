"""Client companies in Django admin."""

from django.contrib import admin

from accounts.models import Asset, Contact, Contract, Organisation, Site


class SiteInline(admin.StackedInline):
    model = Site
    extra = 0


class ContactInline(admin.StackedInline):
    model = Contact
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "members_see", "members_answer")
    search_fields = ("name",)
    inlines = (SiteInline, ContactInline)


@admin.register(Site)
class SiteAdmin(admin.ModelAdmin):
    list_display = ("name", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    autocomplete_fields = ("organisation",)


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):
    list_display = ("name", "organisation", "email", "phone")
    list_select_related = ("organisation",)
    search_fields = ("name", "email", "organisation__name")
    autocomplete_fields = ("organisation", "user")


@admin.register(Contract)
class ContractAdmin(admin.ModelAdmin):
    list_display = ("name", "organisation", "starts_on", "ends_on", "hours_included")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    autocomplete_fields = ("organisation",)


@admin.register(Asset)
class AssetAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "organisation", "department")
    list_filter = ("kind",)
    list_select_related = ("organisation", "department__country")
    search_fields = ("name", "serial", "organisation__name")
    autocomplete_fields = ("organisation", "site", "department")
