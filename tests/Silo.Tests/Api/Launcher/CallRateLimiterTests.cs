using System.Net;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>
/// How often may be called, and who is shut out. All of it is memory of one process: a restart forgets it, the
/// launcher's going to sleep does not.
/// </summary>
public sealed class CallRateLimiterTests
{
    private static readonly CallRates Rates = new(Calls: 60, CredentialLaunches: 2, Launches: 3);
    private static readonly IPAddress Ci = IPAddress.Parse("192.0.2.7"), Other = IPAddress.Parse("192.0.2.8");

    private readonly ManualTimeProvider _time = new();
    private readonly CallRateLimiter _gate;

    public CallRateLimiterTests()
    {
        _gate = new CallRateLimiter(_time);
    }

    [Fact]
    public void Each_wrong_secret_after_the_fifth_doubles_the_wait_up_to_an_hour()
    {
        var waits = new List<double?>();
        for (var failure = 1; failure <= 13; failure++)
        {
            _gate.RecordFailure(Ci);
            var wait = _gate.AcquireCall(Ci, Rates);
            waits.Add(wait?.TotalMinutes);
            _time.Advance(wait ?? TimeSpan.Zero);
        }

        Assert.Equal([null, null, null, null, 1, 2, 4, 8, 16, 32, 60, 60, 60], waits);
    }

    [Fact]
    public void Another_address_is_not_shut_out_and_a_neighbour_in_one_IPv6_network_is()
    {
        for (var failure = 0; failure < 5; failure++)
        {
            _gate.RecordFailure(Ci);
            _gate.RecordFailure(IPAddress.Parse($"2001:db8::{failure}"));
        }

        Assert.NotNull(_gate.AcquireCall(Ci, Rates));
        Assert.Null(_gate.AcquireCall(Other, Rates));
        Assert.NotNull(_gate.AcquireCall(IPAddress.Parse("2001:db8::ffff"), Rates));
        Assert.Null(_gate.AcquireCall(IPAddress.Parse("2001:db8:0:1::1"), Rates));
    }

    [Fact]
    public void A_right_secret_makes_the_wrong_ones_before_it_forgotten()
    {
        for (var failure = 0; failure < 20; failure++)
        {
            Assert.Null(_gate.AcquireCall(Ci, Rates));
            _gate.RecordFailure(Ci);
            if (failure % 4 == 3)
            {
                _gate.RecordSuccess(Ci);
            }
        }
    }

    [Fact]
    public void A_minutes_calls_may_come_at_once_and_then_one_for_each_that_grew_back()
    {
        Assert.All(Enumerable.Range(0, 60), _ => Assert.Null(_gate.AcquireCall(Ci, Rates)));
        Assert.Equal(TimeSpan.FromSeconds(1), _gate.AcquireCall(Ci, Rates));
        Assert.Null(_gate.AcquireCall(Other, Rates));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_gate.AcquireCall(Ci, Rates));
        Assert.NotNull(_gate.AcquireCall(Ci, Rates));
    }

    [Fact]
    public void Launches_are_bounded_by_credential_and_for_all_and_one_that_has_to_wait_uses_up_nothing_of_the_others()
    {
        Assert.Equal((null, null), (_gate.AcquireLaunch("a", Rates), _gate.AcquireLaunch("a", Rates)));
        Assert.Equal(TimeSpan.FromSeconds(30), _gate.AcquireLaunch("a", Rates));
        Assert.Null(_gate.AcquireLaunch("b", Rates));
        Assert.Equal(TimeSpan.FromSeconds(20), _gate.AcquireLaunch("b", Rates));
    }

    [Fact]
    public void However_many_addresses_call_the_memory_of_them_is_bounded_and_who_calls_now_is_known()
    {
        for (var address = 0; address < 3 * CallRateLimiter.MaxAddresses; address++)
        {
            _gate.RecordFailure(new IPAddress(address));
        }

        for (var failure = 0; failure < 5; failure++)
        {
            _gate.RecordFailure(Ci);
        }

        Assert.Equal(CallRateLimiter.MaxAddresses, _gate.AddressCount);
        Assert.NotNull(_gate.AcquireCall(Ci, Rates));
    }

    [Fact]
    public void A_signature_and_a_right_secret_from_an_address_without_a_wrong_one_pass_what_others_of_the_same_network_sent_wrongly()
    {
        var (wrong, right) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"));
        for (var failure = 0; failure < 6; failure++)
        {
            _gate.RecordFailure(wrong);
        }

        Assert.Equal(TimeSpan.FromMinutes(2), _gate.AcquireCall(right, Rates));
        Assert.Null(_gate.AcquireCall(right, Rates, "ci", isSigned: false));
        Assert.Null(_gate.AcquireCall(wrong, Rates, "ci", isSigned: true));
        Assert.Equal(TimeSpan.FromMinutes(2), _gate.AcquireCall(wrong, Rates, "ci", isSigned: false));
    }

    [Fact]
    public void A_wrong_secret_counts_against_its_own_address_for_an_hour()
    {
        _gate.RecordFailure(Ci);
        _time.Advance(CallRateLimiter.FailureWindow - TimeSpan.FromSeconds(1));
        for (var failure = 0; failure < 9; failure++)
        {
            _gate.RecordFailure(IPAddress.Parse("2001:db8::1"));
        }

        _gate.RecordFailure(IPAddress.Parse("2001:db8::2"));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(_gate.AcquireCall(IPAddress.Parse("2001:db8::2"), Rates, "ci", isSigned: false));
        _time.Advance(CallRateLimiter.FailureWindow);
        Assert.Null(_gate.AcquireCall(IPAddress.Parse("2001:db8::2"), Rates, "ci", isSigned: false));
    }

    [Fact]
    public void Calls_that_show_nothing_do_not_use_up_those_of_a_caller_from_the_same_address()
    {
        Assert.All(Enumerable.Range(0, 60), _ => Assert.Null(_gate.AcquireCall(Ci, Rates)));
        Assert.NotNull(_gate.AcquireCall(Ci, Rates));

        Assert.All(Enumerable.Range(0, 60), _ => Assert.Null(_gate.AcquireCall(Ci, Rates, "ci", isSigned: true)));
        Assert.Equal(TimeSpan.FromSeconds(1), _gate.AcquireCall(Ci, Rates, "ci", isSigned: true));
        Assert.Null(_gate.AcquireCall(Ci, Rates, "another", isSigned: true));
    }
}
