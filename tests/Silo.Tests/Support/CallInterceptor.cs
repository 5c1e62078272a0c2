using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>
/// Stands between an interface and the real thing: hears of each call before and after it, and may throw or answer in its
/// place.
/// </summary>
public class CallInterceptor<T> : DispatchProxy
    where T : class
{
    private static readonly MethodInfo Intercept = typeof(CallInterceptor<T>)
        .GetMethods(BindingFlags.NonPublic | BindingFlags.Instance)
        .Single(method => method.IsGenericMethod && method.GetParameters()[0].ParameterType == typeof(MethodInfo));

    private T _real = null!;
    private Func<string, object?> _before = null!;
    private Action<string> _after = null!;

    internal static T Create(T real, Func<string, object?> before, Action<string> after)
    {
        var between = Create<T, CallInterceptor<T>>();
        var self = (CallInterceptor<T>)(object)between;
        (self._real, self._before, self._after) = (real, before, after);
        return between;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answers = targetMethod!.ReturnType.GetGenericArguments();
        return answers.Length == 0
            ? FollowAsync(targetMethod, args)
            : Intercept.MakeGenericMethod(answers).Invoke(this, [targetMethod, args]);
    }

    private Task FollowAsync(MethodInfo method, object?[]? args) => FollowAsync(method.Name, async () =>
    {
        await (Task)method.Invoke(_real, args)!;
        return true;
    });

    private Task<TResponse> FollowAsync<TResponse>(MethodInfo method, object?[]? args) =>
        FollowAsync(method.Name, () => (Task<TResponse>)method.Invoke(_real, args)!);

    private async Task<TResponse> FollowAsync<TResponse>(string method, Func<Task<TResponse>> call)
    {
        if (_before(method) is Task<TResponse> instead)
        {
            return await instead;
        }

        var answer = await call();
        _after(method);
        return answer;
    }
}

/// <summary>Puts something between a registered service and its users.</summary>
internal static class ServiceDecorationExtensions
{
    public static void Decorate<T>(this IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        var real = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton(provider => wrap((T)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
    }
}
