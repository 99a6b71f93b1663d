from bonin.django.store import AbstractPerson, AbstractPersonKey, AbstractUsedVerification


class Person(AbstractPerson):
    pass


class PersonKey(AbstractPersonKey):
    pass


class UsedVerification(AbstractUsedVerification):
    pass
